"""The cloud on one machine. Nothing in `functions/` or `shared/` knows that it exists.

the stand-ins     bus partner_center entra dataverse dns rdap host front policy_host
each is served    serving running certificates
each misbehaves   armed faults fault_doors
the samples       samples sample_referrals
the whole         supervisor stand_ins processes azurite core_tools function_settings run_identity
what it says      command_line welcome readiness
a process         child leash parent ports drain state_directory
the set-up        preconditions set_up stamps python_313 browser
"""
